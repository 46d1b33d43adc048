"""The API of this house: conversion jobs and standard formats."""
